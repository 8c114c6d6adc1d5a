{%- set states = [
    "status_code",
    "title_length",
    "meta_description_length",
    "h1_length",
    "crawl_depth",
    "size_bytes",
    "word_count",
    "inlinks",
    "unique_inlinks",
    "outlinks",
    "external_outlinks",
    "response_seconds",
    "link_score",
] %}
{%- set words = [
    "content_type",
    "status",
    "indexability",
    "indexability_status",
    "title",
    "meta_description",
    "h1",
    "meta_robots",
    "canonical_url",
    "redirect_url",
    "language",
] %}
{%- set sums = {"crawled_at": "max(crawled_at)"} %}
{%- for name in states %} {%- do sums.update({name: "max(" ~ name ~ ")"}) %} {%- endfor %}
with
    {{
        newest_statement_ctes(
            "site_crawl",
            dimensions=["url", "period_end"],
            attributes=words,
            sums=sums,
        )
    }},

    final as (
        select
            platform,
            account_id,
            url,
            period_end as date_day,
            crawled_at,
            {{ words | join(", ") }},
            {{ states | join(", ") }},
            file_id,
            exported_at,
            landed_at
        from newest
    )

select *
from final
