{{
    config(
        alias="导出转化路径", post_hook="{{ comment_chinese_columns('mart_conversion_path') }}"
    )
}}

{{ chinese_view("mart_conversion_path") }}
