{{
    config(
        alias="自然搜索细分日数据",
        post_hook="{{ comment_chinese_columns('fct_seo_breakdown_daily') }}",
    )
}}

{{ chinese_view("fct_seo_breakdown_daily") }}
