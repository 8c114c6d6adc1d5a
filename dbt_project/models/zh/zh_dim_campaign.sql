{{ config(alias="平台广告系列", post_hook="{{ comment_chinese_columns('dim_campaign') }}") }}

{{ chinese_view("dim_campaign") }}
