{{
    config(
        alias="智能搜索引用",
        post_hook="{{ comment_chinese_columns('fct_search_citation_period') }}",
    )
}}

{{ chinese_view("fct_search_citation_period") }}
