package com.example.app;
import java.util.*;
@Entity(name = "x{")
public class Main<T extends Comparable<T>> extends Base implements Runnable {
    private static final Map<String, List<Integer>> CACHE = new HashMap<>(), OTHER = null;
    protected int count;
    static { System.out.println("class Fake {"); }
    public Main(int count) throws IOException { this.count = count; }
    @Override public <R> R convert(Function<? super T, ? extends R> f, int... rest) { return null; }
    abstract void nothing();
    enum Color { RED("r") { void x() {} }, GREEN; final String code = ""; Color() {} String code() { return code; } }
    interface Shape { double area(); default int sides() { return 0; } }
    record Point(int x, List<String> names) { Point { } static int origin() { return 0; } }
    @interface Marker { String value() default ""; }
    String block = """
        void notAMethod() {
        """;
}
