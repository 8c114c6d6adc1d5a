{{ config(alias="内容", post_hook="{{ comment_chinese_columns('dim_content') }}") }}

{{ chinese_view("dim_content") }}
