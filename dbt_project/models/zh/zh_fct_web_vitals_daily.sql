{{
    config(
        alias="网页体验日数据", post_hook="{{ comment_chinese_columns('fct_web_vitals_daily') }}"
    )
}}

{{ chinese_view("fct_web_vitals_daily") }}
