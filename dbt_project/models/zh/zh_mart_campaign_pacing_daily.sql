{{
    config(
        alias="预算进度", post_hook="{{ comment_chinese_columns('mart_campaign_pacing_daily') }}"
    )
}}

{{ chinese_view("mart_campaign_pacing_daily") }}
