{{ config(alias="外链快照", post_hook="{{ comment_chinese_columns('fct_backlink_snapshot') }}") }}

{{ chinese_view("fct_backlink_snapshot") }}
