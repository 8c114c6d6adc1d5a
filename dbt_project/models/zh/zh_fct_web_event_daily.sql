{{ config(alias="网站事件", post_hook="{{ comment_chinese_columns('fct_web_event_daily') }}") }}

{{ chinese_view("fct_web_event_daily") }}
