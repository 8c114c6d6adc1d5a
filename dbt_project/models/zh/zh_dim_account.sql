{{ config(alias="广告账户", post_hook="{{ comment_chinese_columns('dim_account') }}") }}

{{ chinese_view("dim_account") }}
