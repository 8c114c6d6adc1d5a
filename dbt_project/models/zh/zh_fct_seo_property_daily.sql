{{
    config(
        alias="自然搜索站点日数据",
        post_hook="{{ comment_chinese_columns('fct_seo_property_daily') }}",
    )
}}

{{ chinese_view("fct_seo_property_daily") }}
