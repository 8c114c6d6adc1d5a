{{
    config(
        alias="广告转化日明细",
        post_hook="{{ comment_chinese_columns('fct_ad_conversion_daily') }}",
    )
}}

{{ chinese_view("fct_ad_conversion_daily") }}
