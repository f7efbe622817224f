//! docs /* not nested
/* outer /* inner */ fn hidden() {} */
pub mod shapes {
    #[derive(Debug)]
    pub struct Point<'a, T: Into<f64>> { pub x: &'a T, y: HashMap<String, (i32, i32)> }
    pub struct Unit;
    pub(crate) enum Shape { Circle { radius: f64 }, Square(f64), Empty = 3 }
}
pub trait Area { const SIDES: u32; type Out; fn area(&self) -> f64; fn name(&self) -> char { '\'' } }
impl<'a, T> Area for Point<'a, T> where T: Copy {
    const SIDES: u32 = 0;
    fn area(&self) -> f64 { let s = r#"fn fake() { "#; 0.0 }
}
macro_rules! square { ($x:expr) => { $x * $x }; }
static mut COUNTER: usize = 0;
pub const fn constant() -> u8 { b'{' }
type Alias<T> = Vec<T>;
unsafe extern "C" fn foreign(x: i32) -> i32 { fn local() {} x }
union Either { a: u32, b: f32 }
