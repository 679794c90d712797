"""Which session settings guard data or change how SQL is read. All others are harmless."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["mysql_setting", "postgres_setting", "sqlite_pragma"]

_LIMITS_MS = {"statement_timeout": 1, "transaction_timeout": 1, "max_execution_time": 1, "max_statement_time": 1000}
"""Settings that bound how long a statement runs, and milliseconds of a number without a unit."""
_UNIT_MS = {"us": 0.001, "ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
_LONGEST_MS = 3_600_000
_NUMBER = re.compile(r"\+?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([a-z]*)")


def _no_limit(name: str, values: Sequence[str]) -> bool:
    """Whether a time limit is lifted: none at all, more than an hour, or a value that the text does not show."""
    match = _NUMBER.fullmatch("".join(values).replace(" ", ""))
    if match is None or (match[2] and match[2] not in _UNIT_MS):
        return True
    return not 0 < float(match[1]) * _UNIT_MS.get(match[2], _LIMITS_MS[name]) <= _LONGEST_MS


_MEMORY = frozenset(
    """work_mem maintenance_work_mem temp_buffers logical_decoding_work_mem sort_buffer_size join_buffer_size
    read_buffer_size read_rnd_buffer_size tmp_table_size tmp_memory_table_size max_heap_table_size
    bulk_insert_buffer_size preload_buffer_size aria_sort_buffer_size myisam_sort_buffer_size""".split()
)
"""Memory that each statement, or each step of one, may take."""
_SIZES = {"b": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40}
_MOST_BYTES = 16 << 30


def _bytes(values: Sequence[str], unit: int) -> float:
    """Return the size that a setting is given in ``unit`` bytes, or in its own unit; nought for no number."""
    match = _NUMBER.fullmatch("".join(values).replace(" ", ""))
    return float(match[1]) * _SIZES.get(match[2], unit) if match is not None else 0


_PG_ROLE = frozenset({"role", "session_authorization"})
_PG_LOAD = frozenset(
    {
        "dynamic_library_path",
        "local_preload_libraries",
        "session_preload_libraries",
        "shared_preload_libraries",
        "jit_provider",
    }
)
_PG_SESSION = frozenset(
    """session_replication_role search_path row_security allow_system_table_mods zero_damaged_pages
    ignore_system_indexes ignore_checksum_failure ignore_invalid_pages backslash_quote lo_compat_privileges
    transform_null_equals default_transaction_read_only transaction_read_only
    log_statement log_min_duration_statement log_min_messages log_min_error_statement log_parameter_max_length
    log_parameter_max_length_on_error password_encryption default_table_access_method event_triggers
    createrole_self_grant restrict_nonsystem_relation_kind
    data_directory archive_command""".split()
)
_PG_LIBRARIES = (
    "pgaudit.",
    "anon.",
    "sepgsql.",
    "auto_explain.",
    "pljava.",
    "plperl.",
    "plpython.",
    "pltcl.",
    "file_fdw.",
)
_PG_UNSAFE_ENCODINGS = (
    "sjis",
    "shift_jis",
    "big5",
    "gbk",
    "uhc",
    "gb18030",
    "johab",
    "cp932",
    "sql_ascii",
    "mskanji",
    "win932",
    "win936",
    "win949",
    "win950",
)
_SAFE_ENCODINGS = frozenset("utf8 utf-8 utf8mb3 utf8mb4 latin1 latin9 ascii unicode default binary".split())


def postgres_setting(name: str, values: Sequence[str]) -> str:
    """Hazard id of ``SET name = values`` in PostgreSQL, or "". Names and values in lower case."""
    if name in _PG_ROLE:
        return "role-change"
    if name in _PG_LOAD:
        return "load-extension"
    if name in _LIMITS_MS:
        # DEFAULT is what the session was opened with.
        return "" if list(values) == ["default"] or not _no_limit(name, values) else "session-change"
    if name == "standard_conforming_strings":
        return "" if list(values) in (["on"], ["true"], ["1"], ["yes"]) else "session-change"
    if name == "client_encoding":
        return (
            "session-change"
            if any(v.replace("-", "_") in _PG_UNSAFE_ENCODINGS or v in _PG_UNSAFE_ENCODINGS for v in values)
            else ""
        )
    if name in {"default_transaction_read_only", "transaction_read_only"}:
        return "" if list(values) in (["on"], ["true"], ["1"], ["yes"]) else "session-change"
    if name in _MEMORY and _bytes(values, 1024) > _MOST_BYTES:
        return "session-change"
    if name == "row_security" and list(values) in (["on"], ["true"], ["1"]):
        return ""
    if name in _PG_SESSION or name.startswith(_PG_LIBRARIES):
        return "session-change"
    return ""


_MY_HARMLESS_MODES = frozenset(
    """strict_trans_tables strict_all_tables no_zero_in_date no_zero_date error_for_division_by_zero
    no_engine_substitution no_auto_create_user only_full_group_by traditional no_auto_value_on_zero
    no_unsigned_subtraction
    time_truncate_fractional pad_char_to_full_length""".split()
)
_MY_STRICT = frozenset({"strict_trans_tables", "strict_all_tables", "traditional", "default"})
_MY_CHECKS = frozenset({"foreign_key_checks", "unique_checks"})
_MY_MODE_WORDS = frozenset({"concat", "replace", "select", "(", ")", "@@sql_mode", "@@session.sql_mode"})
_MY_DANGEROUS = frozenset(
    """sql_log_bin sql_log_off sql_safe_updates gtid_next gtid_domain_id server_id pseudo_thread_id
    pseudo_slave_mode pseudo_replica_mode binlog_format binlog_row_image
    old_passwords secure_file_priv local_infile init_connect init_file general_log
    general_log_file slow_query_log slow_query_log_file log_output debug debug_dbug debug_sync plugin_dir
    check_constraint_checks system_versioning_alter_history system_versioning_insert_history
    default_role proxy_user external_user sql_require_primary_key tx_read_only transaction_read_only read_only
    super_read_only storage_engine enforce_storage_engine
    character_set_filesystem
    audit_log_filter_id server_audit_logging server_audit_events
    event_scheduler timestamp""".split()
)
_MY_TIGHTENING = frozenset({"sql_safe_updates", "sql_require_primary_key", "transaction_read_only", "tx_read_only"})
"""Switching these on takes away only."""

_MY_CHARSETS = frozenset(
    """character_set_client character_set_connection character_set_results collation_connection names
    character_set""".split()
)
_MY_UNSAFE_CHARSETS = (
    "gbk",
    "sjis",
    "cp932",
    "big5",
    "gb2312",
    "gb18030",
    "euckr",
    "ujis",
    "eucjpms",
    "utf16",
    "utf32",
    "ucs2",
)


def mysql_setting(name: str, scope: str, values: Sequence[str]) -> str:
    """Hazard id of ``SET [scope] name = values`` in MySQL and MariaDB, or "".

    Args:
        name: Variable in lower case.
        scope: ``global``, ``persist``, ``session`` or "".
        values: Words and strings of the value in lower case.
    """
    if scope.startswith(("global", "persist")):
        return "admin"
    if name in _LIMITS_MS:
        return "session-change" if _no_limit(name, values) else ""
    if name == "sql_mode":
        # CONCAT(@@sql_mode, ',STRICT_ALL_TABLES') adds, and REPLACE(@@sql_mode, 'ONLY_FULL_GROUP_BY', '') takes away.
        words = [v for v in values if v not in _MY_MODE_WORDS] if "(" in values else values
        modes = {m.strip() for v in words for m in v.split(",") if m.strip()}
        if not modes <= _MY_HARMLESS_MODES | {"default"}:
            return "session-change"
        kept = "@@sql_mode" in values or "@@session.sql_mode" in values
        strict = bool(modes & _MY_STRICT)
        return "" if (not strict if "replace" in values else strict or kept) else "lax-integrity"
    if name in _MY_CHECKS:
        return "" if list(values) in (["1"], ["on"], ["true"], ["default"]) else "lax-integrity"
    if name in _MY_CHARSETS:
        return "session-change" if any(v.startswith(_MY_UNSAFE_CHARSETS) for v in values) else ""
    if name == "timestamp" and list(values) in (["default"], ["0"]):
        return ""
    if name in _MEMORY and _bytes(values, 1) > _MOST_BYTES:
        return "session-change"
    if name in _MY_TIGHTENING and list(values) in (["1"], ["on"], ["true"]):
        return ""
    return "session-change" if name in _MY_DANGEROUS else ""


_PRAGMA_READS = frozenset(
    """collation_list compile_options data_version database_list foreign_key_check foreign_key_list freelist_count
    function_list index_info index_list index_xinfo integrity_check module_list page_count pragma_list quick_check
    stats table_info table_list table_xinfo optimize wal_checkpoint incremental_vacuum shrink_memory""".split()
)
_PRAGMA_NUMBERS = frozenset({"application_id", "user_version"})
"""Numbers that the database's file keeps for the application."""
_PRAGMA_HARMLESS = frozenset(
    """analysis_limit auto_vacuum automatic_index busy_timeout cache_size cache_spill
    case_sensitive_like cell_size_check checkpoint_fullfsync count_changes default_cache_size defer_foreign_keys
    empty_result_callbacks encoding foreign_keys full_column_names fullfsync journal_mode journal_size_limit
    legacy_alter_table legacy_file_format locking_mode max_page_count mmap_size page_size read_uncommitted
    recursive_triggers reverse_unordered_selects short_column_names soft_heap_limit synchronous
    temp_store threads wal_autocheckpoint""".split()
)
_ON = frozenset({"1", "on", "yes", "true"})
_PRAGMA_SAFE = {
    "journal_mode": frozenset({"delete", "persist", "truncate", "wal"}),
    "synchronous": frozenset({"1", "2", "3", "extra", "full", "normal", "on", "true", "yes"}),
}
"""Values with which no crash and no ROLLBACK leaves a broken database behind; SQLite takes 00, +0 and 8 for OFF too."""


def sqlite_pragma(name: str, value: str | None) -> str:
    """Hazard id of ``PRAGMA name = value`` in SQLite, or "". ``value`` is ``None`` for a mere reading."""
    if value is None and name not in {"key", "rekey", "hexkey", "hexrekey"}:
        return ""
    value = value or ""
    if name in _PRAGMA_SAFE and value not in _PRAGMA_SAFE[name]:
        return "session-change"
    if name == "foreign_keys" and value not in _ON:
        return "lax-integrity"
    if name in _PRAGMA_NUMBERS:
        return "sequence"
    if name == "locking_mode" and value == "exclusive":
        return "transaction-lock"
    if name in _PRAGMA_READS or name in _PRAGMA_HARMLESS:
        return ""
    if name == "writable_schema":
        return "writable-schema" if value not in {"0", "off", "no", "false", "reset"} else ""
    if name == "hard_heap_limit":  # holds for every connection of the process, and is only ever lowered
        return "" if value in {"0", "-1"} else "denial-of-service"
    if name in {"query_only", "secure_delete"}:
        return "" if value in _ON | {"fast"} else "session-change"
    if name == "trusted_schema":
        return "session-change" if value in _ON else ""
    if name in {"temp_store_directory", "data_store_directory"}:
        return "file-access"
    if name in {"key", "rekey", "hexkey", "hexrekey", "textkey", "textrekey"}:
        return "credential-introspection"
    return "session-change"
