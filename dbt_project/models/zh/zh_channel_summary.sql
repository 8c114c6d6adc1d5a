{{ config(alias="渠道汇总", post_hook="{{ comment_chinese_columns('channel_summary') }}") }}

{{ chinese_view("channel_summary") }}
