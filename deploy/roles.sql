-- The two roles of docs/deployment.md: one owns the tables, the other works and changes no schema.
-- For psql; the passwords come from its environment.
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
CREATE ROLE downstream_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE downstream_app LOGIN PASSWORD :'app_password';
CREATE DATABASE downstream OWNER downstream_owner;
\connect downstream
ALTER DEFAULT PRIVILEGES FOR ROLE downstream_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO downstream_app;
ALTER DEFAULT PRIVILEGES FOR ROLE downstream_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO downstream_app;
