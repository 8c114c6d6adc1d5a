with
    refusal as (select * from {{ source("lake", "quarantined_file") }}),

    final as (
        select
            file_id,
            file_name,
            quarantine_path,
            platform,
            code,
            place,
            found,
            expected,
            fix,
            bytes,
            quarantined_at
        from refusal
    )

select *
from final
