{{
    config(
        alias="迟到转化预估", post_hook="{{ comment_chinese_columns('mart_conversion_late') }}"
    )
}}

{{ chinese_view("mart_conversion_late") }}
