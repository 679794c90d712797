"""Django's MySQL and MariaDB backend on guarded mysqlclient."""
