{{ config(alias="广告对象", post_hook="{{ comment_chinese_columns('dim_ad_entity') }}") }}

{{ chinese_view("dim_ad_entity") }}
