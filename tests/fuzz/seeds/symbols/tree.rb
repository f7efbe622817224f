
module Data::Trees
  LIMIT = 10
  class Tree < Base
    attr_accessor :left, :right
    def initialize(left = nil) = @left = left
    def self.build(list)
      list.each do |x| puts x if x end
      while true do break end
      text = <<~TEXT
        class Fake
      TEXT
    end
    def empty?; @left.nil? end
    def [](key)
      key =~ /end "/ ? 1 : %w[def end]
    end
    class << self
      def create; end
    end
    alias old new_one
    private def hidden(value)
      case value when 1 then 2 else 3 end
    end
  end
end
=begin
def commented; end
=end
def top_level
  x = if true then 1 else 2 end
end
