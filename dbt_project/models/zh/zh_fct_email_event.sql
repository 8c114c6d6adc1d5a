{{ config(alias="邮件收件人事件", post_hook="{{ comment_chinese_columns('fct_email_event') }}") }}

{{ chinese_view("fct_email_event") }}
