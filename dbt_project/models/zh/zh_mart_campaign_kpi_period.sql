{{
    config(
        alias="活动时段指标",
        post_hook="{{ comment_chinese_columns('mart_campaign_kpi_period') }}",
    )
}}

{{ chinese_view("mart_campaign_kpi_period") }}
