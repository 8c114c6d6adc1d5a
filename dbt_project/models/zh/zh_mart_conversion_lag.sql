{{
    config(
        alias="转化完整度曲线", post_hook="{{ comment_chinese_columns('mart_conversion_lag') }}"
    )
}}

{{ chinese_view("mart_conversion_lag") }}
