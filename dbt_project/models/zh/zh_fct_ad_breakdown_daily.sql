{{
    config(
        alias="广告细分日表现",
        post_hook="{{ comment_chinese_columns('fct_ad_breakdown_daily') }}",
    )
}}

{{ chinese_view("fct_ad_breakdown_daily") }}
