package com.example.model
import java.util.*
@Serializable
data class User(val name: String, private var age: Int = 0) : Base(), Shown {
    companion object { const val LIMIT = 10 }
    val initial: Char get() = name.first()
    override fun toString(): String = "User(${name.map { it }})"
    inner class Address { lateinit var street: String }
    fun <T> List<T>.second(): T { val local = 1; return this[1] }
}
enum class Color(val code: Int) { RED(1), GREEN(2); fun hex() = "#" }
interface Shape { fun area(): Double }
object Registry : Base() { fun register() {} }
typealias Handler = (Int) -> Unit
val text = """
  class Fake {
"""
fun main() { println("hi") }
sealed class Result
