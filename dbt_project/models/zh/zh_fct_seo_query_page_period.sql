{{
    config(
        alias="自然搜索词网页",
        post_hook="{{ comment_chinese_columns('fct_seo_query_page_period') }}",
    )
}}

{{ chinese_view("fct_seo_query_page_period") }}
