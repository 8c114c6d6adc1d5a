{{ config(alias="转化动作", post_hook="{{ comment_chinese_columns('dim_conversion_action') }}") }}

{{ chinese_view("dim_conversion_action") }}
