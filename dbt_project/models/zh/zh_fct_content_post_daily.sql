{{
    config(
        alias="内容日数据", post_hook="{{ comment_chinese_columns('fct_content_post_daily') }}"
    )
}}

{{ chinese_view("fct_content_post_daily") }}
