{{ config(alias="邮件发送", post_hook="{{ comment_chinese_columns('fct_email_send') }}") }}

{{ chinese_view("fct_email_send") }}
