{{
    config(
        alias="合作内容", post_hook="{{ comment_chinese_columns('fct_partner_deliverable') }}"
    )
}}

{{ chinese_view("fct_partner_deliverable") }}
