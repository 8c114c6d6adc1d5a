{{
    config(
        alias="自然搜索词日数据",
        post_hook="{{ comment_chinese_columns('fct_seo_query_daily') }}",
    )
}}

{{ chinese_view("fct_seo_query_daily") }}
