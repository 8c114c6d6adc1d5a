{{
    config(
        alias="广告系列日表现",
        post_hook="{{ comment_chinese_columns('fct_ad_campaign_daily') }}",
    )
}}

{{ chinese_view("fct_ad_campaign_daily") }}
