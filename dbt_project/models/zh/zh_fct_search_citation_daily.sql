{{
    config(
        alias="智能搜索引用日数据",
        post_hook="{{ comment_chinese_columns('fct_search_citation_daily') }}",
    )
}}

{{ chinese_view("fct_search_citation_daily") }}
