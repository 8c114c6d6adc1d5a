{{ config(alias="网站会话", post_hook="{{ comment_chinese_columns('fct_web_session') }}") }}

{{ chinese_view("fct_web_session") }}
