{{ config(alias="链接标记审计", post_hook="{{ comment_chinese_columns('mart_utm_audit') }}") }}

{{ chinese_view("mart_utm_audit") }}
