{{ config(alias="内容排期", post_hook="{{ comment_chinese_columns('fct_content_item') }}") }}

{{ chinese_view("fct_content_item") }}
