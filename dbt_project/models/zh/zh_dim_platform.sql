{{ config(alias="平台", post_hook="{{ comment_chinese_columns('dim_platform') }}") }}

{{ chinese_view("dim_platform") }}
