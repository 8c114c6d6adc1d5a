{{ config(alias="消息发送", post_hook="{{ comment_chinese_columns('fct_message_send') }}") }}

{{ chinese_view("fct_message_send") }}
