{{
    config(
        alias="活动触点对应", post_hook="{{ comment_chinese_columns('bridge_campaign_touch') }}"
    )
}}

{{ chinese_view("bridge_campaign_touch") }}
