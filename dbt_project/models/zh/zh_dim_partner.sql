{{ config(alias="合作方", post_hook="{{ comment_chinese_columns('dim_partner') }}") }}

{{ chinese_view("dim_partner") }}
