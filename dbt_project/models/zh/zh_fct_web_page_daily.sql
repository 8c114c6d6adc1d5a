{{ config(alias="网站页面", post_hook="{{ comment_chinese_columns('fct_web_page_daily') }}") }}

{{ chinese_view("fct_web_page_daily") }}
