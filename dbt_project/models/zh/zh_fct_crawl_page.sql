{{ config(alias="网页抓取快照", post_hook="{{ comment_chinese_columns('fct_crawl_page') }}") }}

{{ chinese_view("fct_crawl_page") }}
