{{ config(alias="网站流量", post_hook="{{ comment_chinese_columns('fct_web_traffic_daily') }}") }}

{{ chinese_view("fct_web_traffic_daily") }}
