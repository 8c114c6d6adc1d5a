{{ config(alias="自然搜索词", post_hook="{{ comment_chinese_columns('fct_seo_query_period') }}") }}

{{ chinese_view("fct_seo_query_period") }}
