{{
    config(
        alias="自然搜索细分",
        post_hook="{{ comment_chinese_columns('fct_seo_breakdown_period') }}",
    )
}}

{{ chinese_view("fct_seo_breakdown_period") }}
