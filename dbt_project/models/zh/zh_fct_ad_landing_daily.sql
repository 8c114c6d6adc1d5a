{{
    config(
        alias="广告落地页日表现",
        post_hook="{{ comment_chinese_columns('fct_ad_landing_daily') }}",
    )
}}

{{ chinese_view("fct_ad_landing_daily") }}
