{{
    config(
        alias="活动每日指标",
        post_hook="{{ comment_chinese_columns('mart_campaign_kpi_daily') }}",
    )
}}

{{ chinese_view("mart_campaign_kpi_daily") }}
