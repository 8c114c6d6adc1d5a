{{
    config(
        alias="自然搜索网页", post_hook="{{ comment_chinese_columns('fct_seo_page_period') }}"
    )
}}

{{ chinese_view("fct_seo_page_period") }}
