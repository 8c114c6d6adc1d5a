{#- The counters of a post that grow day by day and may be added over days. Reach is not one of them; impressions
    and views are two counters, never read for each other: platforms changed from the one to the other. -#}
{% macro post_counters() -%}
    {{
        return(
            [
                "impressions",
                "views",
                "video_views",
                "media_views",
                "engagements",
                "likes",
                "comments",
                "shares",
                "reposts",
                "saves",
                "follows",
                "profile_visits",
                "link_clicks",
                "clicks_all",
                "detail_expands",
                "hashtag_clicks",
                "permalink_clicks",
                "danmaku",
                "watch_time_seconds",
            ]
        )
    }}
{%- endmacro %}

{#- The counters of a social account's day. -#}
{% macro social_account_counters() -%}
    {{
        return(
            [
                "impressions",
                "engagements",
                "likes",
                "comments",
                "shares",
                "reposts",
                "saves",
                "follows",
                "unfollows",
                "profile_visits",
                "posts_published",
                "views",
                "video_views",
                "media_views",
                "media_engagements",
                "link_clicks",
                "clicks_all",
                "detail_expands",
                "hashtag_clicks",
                "permalink_clicks",
                "app_opens",
                "app_installs",
                "leads",
                "watch_time_seconds",
            ]
        )
    }}
{%- endmacro %}

{#- Distinct people and states of a social account's day: true for the row that states them, never summed. -#}
{% macro social_account_states() -%} {{ return(["reach", "viewers", "followers"]) }} {%- endmacro %}

{#- `{counter: sum over the rows of a file}`; seconds are fractional. -#}
{% macro counter_sums(counters) -%}
    {{
        return(
            merged(
                count_sums(counters | reject("equalto", "watch_time_seconds") | list),
                money_sums(counters | select("equalto", "watch_time_seconds") | list),
            )
        )
    }}
{%- endmacro %}

{#- `{state: the one row's statement}`: several rows of one key state parts, and people of parts are not added. -#}
{% macro only_statements(states) -%}
    {%- set result = {} -%}
    {%- for name in states -%}
        {%- do result.update(
            {
                name: "case when count("
                ~ name
                ~ ") = 1 then cast(max("
                ~ name
                ~ ") as bigint) end"
            }
        ) -%}
    {%- endfor -%}
    {{ return(result) }}
{%- endmacro %}
