{{
    config(
        alias="搜索词日表现",
        post_hook="{{ comment_chinese_columns('fct_ad_search_term_daily') }}",
    )
}}

{{ chinese_view("fct_ad_search_term_daily") }}
