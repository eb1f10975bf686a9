-- a copy of the database must never speak for a seller: no keys, no active account
UPDATE amazon_account
   SET active = false,
       dry_run = true,
       lwa_client_secret_sealed = NULL,
       refresh_token_sealed = NULL,
       refresh_token_hash = NULL,
       home_database = NULL,
       seller_mark = NULL,
       token_mark = NULL,
       orders_page_token = NULL,
       connection_state = 'draft',
       connection_message = NULL;

-- no key of an app by which accounts could be linked
UPDATE res_company
   SET amazon_app_client_secret_sealed = NULL;

-- nothing is left to be read on, nobody is on the way to Amazon's consent page
DELETE FROM amazon_recovery;
DELETE FROM amazon_report WHERE state NOT IN ('done', 'empty', 'failed');
DELETE FROM amazon_link_request;
DELETE FROM amazon_link_account;

-- deactivate crons
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE model = 'ir.cron'
          AND module = 'amazon_connector'
);
