{{ config(alias="营销活动", post_hook="{{ comment_chinese_columns('dim_marketing_campaign') }}") }}

{{ chinese_view("dim_marketing_campaign") }}
