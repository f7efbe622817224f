-- CREATE TABLE fake (x int);
CREATE TABLE IF NOT EXISTS shop.orders (
  id BIGINT PRIMARY KEY,
  "total price" NUMERIC(10, 2) DEFAULT 0 CHECK (id > 0),
  CONSTRAINT positive CHECK (id > 0),
  FOREIGN KEY (id) REFERENCES other (id)
);
create or replace view open_orders as select * from orders;
CREATE UNIQUE INDEX orders_by_id ON orders (id);
CREATE FUNCTION add_one(x integer) RETURNS integer AS $$ begin return x + 1; end $$ LANGUAGE plpgsql;
CREATE TRIGGER touched BEFORE UPDATE ON orders EXECUTE FUNCTION touch();
